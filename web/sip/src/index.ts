// SPDX-License-Identifier: Apache-2.0
// What @dering/phone shows; everything else in this folder may change from one version to the next.
export { version, WebPhone, type PhoneOptions, type PhoneSounds } from './web_phone';
export type {
  CallState,
  Connection,
  EndedCall,
  IncomingCall,
  NoCall,
  OutgoingCall,
  PhoneState,
  TalkingCall,
  TransferProgress,
} from './public_state';
export type { Credentials } from './line';
export type { Outcome } from './outcome';
export type { Party } from './party';
export type { Hold } from './state';
export type { TransferFailure } from './transfer';
