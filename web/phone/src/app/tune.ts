// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';

const storageKey = 'dering.tune';
const off = 'off';

/** Whether this browser plays a tune to a person who is put on hold; as they chose. */
export function useTune() {
  const [isOn, setOn] = useState(() => localStorage.getItem(storageKey) !== off);
  const toggle = () => {
    if (isOn) localStorage.setItem(storageKey, off);
    else localStorage.removeItem(storageKey);
    setOn(!isOn);
  };
  return { isOn, toggle };
}
