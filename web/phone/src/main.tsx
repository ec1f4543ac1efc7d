// SPDX-License-Identifier: Apache-2.0
import './styles';
import { createTheme, localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { answerFrame, isAnswerFrame } from './boot/frame';
import { Root } from './root';
import { startLanguages } from './i18n';

const theme = createTheme({ primaryColor: 'teal', cursorType: 'pointer' });
const colorScheme = localStorageColorSchemeManager({ key: 'dering.colours' });

async function start(): Promise<void> {
  const place = document.getElementById('root');
  if (place === null) throw new Error('index.html has no #root');
  await startLanguages();
  createRoot(place).render(
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={colorScheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <Root />
    </MantineProvider>,
  );
}

await (isAnswerFrame() ? answerFrame() : start());
