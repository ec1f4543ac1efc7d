// SPDX-License-Identifier: Apache-2.0
import { createRoot } from 'react-dom/client';
import { Portal } from './portal';
import './portal.css';
import { signIn } from './sign_in';

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root');
const name = await signIn().catch(() => '');
createRoot(place).render(<Portal person={name} />);
