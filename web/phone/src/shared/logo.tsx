// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import classes from './logo.module.css';
import { organisation } from './organisation';

/**
 * The organisation's own, or the bell of /icon.svg, which is in the page itself so that it does not appear
 * late. The name always stands beside it.
 */
export function Logo({ size }: { readonly size: number }) {
  const { logo } = organisation();
  if (logo !== '') {
    return <img className={classes.logo} src={at(`/${logo}`)} height={size} alt="" />;
  }
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="#0f766e" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M10 21v-6a6 6 0 0 1 12 0v6" />
        <path d="M7.5 21h17M14.5 25h3" />
      </g>
    </svg>
  );
}
