// SPDX-License-Identifier: Apache-2.0
import type { Pictures } from '@dering/sip/picture';
import { idlePhone, type Talking } from '@dering/sip/state';
import { cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startLanguages } from '../i18n';
import { draw, fakeTelephone } from '../testing/draw';
import { talking } from '../testing/talking';
import { CallBar } from './call_bar';
import { CallPage } from './call_page';
import { announcement } from './call_text';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

const tune = { isOn: true, toggle: () => {} };
const page = (pictures: Partial<Pictures>, more: Partial<Talking> = {}) => {
  const call = { ...talking, ...more, pictures: { ...talking.pictures, ...pictures } };
  return <CallPage call={call} keypadOpen={false} onKey={() => {}} tune={tune} />;
};

describe('the page of a call', () => {
  test('has no stage while nobody shows anything', async () => {
    await draw(page({}));
    expect(screen.queryByTestId('stage')).toBeNull();
    expect(screen.queryByTestId('hide-picture')).toBeNull();
  });

  test('shows theirs in the large, who it is, and no picture of one’s own', async () => {
    await draw(page({ theirs: 'screen' }));
    const picture = screen.getByTestId('their-picture');
    expect(picture.getAttribute('aria-label')).toBe('Siti is sharing their screen');
    expect(screen.getByRole('heading').textContent).toBe('Siti');
    expect(screen.queryByTestId('own-picture')).toBeNull();
  });

  test('has a button that turns one’s own off', async () => {
    const { telephone } = fakeTelephone();
    const hide = vi.spyOn(telephone.pictures, 'hide');
    await draw(page({ ours: 'camera' }), telephone);
    fireEvent.click(screen.getByRole('button', { name: 'Turn off camera' }));
    expect(hide).toHaveBeenCalledOnce();
  });

  test('shows no picture on hold, and tells of none', async () => {
    await draw(page({ theirs: 'camera' }, { hold: 'them' }));
    expect(screen.queryByTestId('stage')).toBeNull();
    expect(screen.queryByTestId('their-picture-note')).toBeNull();
  });

  test('says why nothing is shown', async () => {
    await draw(page({ trouble: 'unshown' }));
    expect(screen.getByTestId('picture-trouble').textContent).toContain(
      'Siti’s phone cannot show a picture.',
    );
  });

  test('in another tab says where the picture is', async () => {
    const { telephone } = fakeTelephone();
    Object.assign(telephone, { pictures: { ...telephone.pictures, isHere: false } });
    await draw(page({ theirs: 'camera' }), telephone);
    expect(screen.getByText('The picture is in the tab that has the call.')).toBeTruthy();
    expect(screen.queryByTestId('their-picture')).toBeNull();
  });
});

describe('the buttons', () => {
  const bar = async (reach: Talking['reach']) => {
    const { telephone, emit } = fakeTelephone();
    await telephone.call({ number: '1002', name: 'Siti' });
    emit({ type: 'confirmed', id: 'call', stage: 'connected' });
    emit({ type: 'reach', id: 'call', reach });
    const call = telephone.current().call as Talking;
    const controls = { keypadOpen: false, onKeypad: () => {}, onTransfer: () => {} };
    await draw(<CallBar call={call} isBelowPage onShow={() => {}} {...controls} />, telephone);
    fireEvent.click(screen.getByTestId('more'));
    await screen.findByTestId('park');
    return telephone;
  };

  test('of pictures are there between two browsers, and turn the camera on', async () => {
    const telephone = await bar({ kind: 'sealed' });
    const show = vi.spyOn(telephone.pictures, 'show');
    fireEvent.click(screen.getByTestId('camera'));
    expect(show).toHaveBeenCalledWith('camera');
  });

  test('are not drawn where a desk phone is', async () => {
    await bar({ kind: 'terminated', reason: 'desk-phone' });
    expect(screen.queryByTestId('camera')).toBeNull();
    expect(screen.queryByTestId('screen')).toBeNull();
  });
});

test('who does not see it is told who shows what', async () => {
  const { t } = await startLanguages();
  const pictures = { ours: 'camera', theirs: 'screen', trouble: null } as const;
  const said = (call: Talking) => announcement({ ...idlePhone, call }, t);
  expect(said({ ...talking, pictures })).toContain('Siti is sharing their screen');
  expect(said({ ...talking, pictures })).toContain('Your camera is on');
  expect(said({ ...talking, pictures, hold: 'them' })).not.toContain('screen');
});
