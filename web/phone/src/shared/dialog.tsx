// SPDX-License-Identifier: Apache-2.0
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './dialog.module.css';

interface Properties {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
}

/** Something that has to be read or answered before the page goes on. */
export function Dialog({ opened, onClose, title, children }: Properties) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('app.close') }}
      classNames={{ title: classes.title ?? '' }}
      // The library's header element would be a second banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      centered
      lockScroll={false}
    >
      {children}
    </Modal>
  );
}
