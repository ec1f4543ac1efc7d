// SPDX-License-Identifier: Apache-2.0
// The style sheets that only these pages need, loaded with them.
import '@mantine/core/styles/Checkbox.css';
import '@mantine/core/styles/Switch.css';
import '@mantine/core/styles/ScrollArea.css';
import '@mantine/core/styles/Combobox.css';
