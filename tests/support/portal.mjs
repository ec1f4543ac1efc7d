// A portal as an organisation has one: pages of an origin of its own, with a strict Content-Security-Policy, and the
// phone's embed.js in them. 127.0.0.1 is another site than localhost, another port of localhost the same one.
import { createServer } from 'node:http';
import { builtSidebar, guideCalls, guideHtml, guideToken } from './guide_portal.mjs';

const page = (phone, name, frame) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>
${guideHtml(phone)}<script src="/portal.js" defer></script>
<h1>${name}</h1><nav><a id="to-a" href="/a">A</a> <a id="to-b" href="/b">B</a></nav>
<p><a id="tel" href="tel:10-02">Budi</a> <a id="sip" href="sip:1002@dering">Budi</a>
<button id="data" data-dering-call="1002">Budi</button> <button id="letters" data-dering-call="10a2">?</button>
<button id="guide">As the guide says</button></p>
${frame ? `<iframe id="phone" src="${phone}/" allow="microphone; autoplay; speaker-selection" width="900" height="700"></iframe>` : ''}`;

// What the portal heard is kept, so that a test can ask for it.
const script = `
window.heard = [];
for (const kind of ['ringing', 'talking', 'ended', 'refused']) Dering.on(kind, (what) => heard.push({ kind, ...what }));
document.getElementById('guide').onclick = () => {
${guideCalls}
};
`;

/** The sidebar that docs/portal.md shows in React. */
const react = (phone) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>React</title>
<script src="${phone}/embed.js" defer></script><div id="root"></div><script src="/react.js" type="module"></script>`;
let sidebar;

/**
 * Its pages are /a, /b and /react. `frame`: its pages show the phone too. `phone()` is the origin of the phone. `token()` gives the access token that the
 * portal hands to it.
 */
export async function startPortal(phone, { host = '127.0.0.1', frame = false, token } = {}) {
  sidebar ??= await builtSidebar();
  const server = createServer((request, response) => {
    const csp = ["default-src 'none'", "img-src 'self'", `script-src 'self' ${phone()}`, `frame-src ${frame ? phone() : "'none'"}`, `connect-src ${token ? "'self'" : "'none'"}`, "require-trusted-types-for 'script'"];
    response.setHeader('content-security-policy', csp.join('; '));
    if (request.url === '/portal.js') return response.setHeader('content-type', 'text/javascript').end(script + (token ? guideToken : ''));
    if (request.url === '/react') return response.setHeader('content-type', 'text/html').end(react(phone()));
    if (request.url === '/react.js') return response.setHeader('content-type', 'text/javascript').end(sidebar);
    if (request.url === '/token') return response.end(token());
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    if (!/^\/[ab]$/.test(request.url)) return response.writeHead(404).end();
    return response.setHeader('content-type', 'text/html').end(page(phone(), request.url.slice(1), frame));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://${host}:${server.address().port}`, stop: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}
