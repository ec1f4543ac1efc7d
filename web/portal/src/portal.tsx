// SPDX-License-Identifier: Apache-2.0
import type { DeringEmbed } from '@dering/embed/embed';
import { useEffect, useState } from 'react';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'dering-chat': HTMLAttributes<HTMLElement>;
    }
  }
}

const services = ['Beranda', 'Akademik', 'Perpustakaan', 'Email'] as const;
type Service = (typeof services)[number];

const colleagues = [
  ['Siti', '1001'],
  ['Budi', '1002'],
  ['Ayu', '1003'],
] as const;

const dering = (): DeringEmbed | undefined => window.Dering;

/** What the phone says, for people: in a real portal a toast, or nothing at all. */
function usePhoneNews(): string {
  const [news, setNews] = useState('');
  useEffect(() => {
    const stops = [
      dering()?.on('ringing', ({ name, number }) => setNews(`${name || number} menelepon`)),
      dering()?.on('talking', ({ name, number }) => setNews(`Berbicara dengan ${name || number}`)),
      dering()?.on('ended', () => setNews('')),
      dering()?.on('refused', ({ words }) => setNews(words)),
    ];
    return () => {
      for (const stop of stops) stop?.();
    };
  }, []);
  return news;
}

export function Portal({ person }: { readonly person: string }) {
  const [shown, setShown] = useState<Service>('Beranda');
  const news = usePhoneNews();
  return (
    <div className="portal">
      <nav aria-label="Layanan">
        <p className="name">Portal Kampus</p>
        {services.map((each) => (
          <button
            key={each}
            type="button"
            aria-current={each === shown ? 'page' : undefined}
            onClick={() => setShown(each)}
          >
            {each}
          </button>
        ))}
        <dering-chat>Chat</dering-chat>
        <a href="./plain.html">HTML biasa</a>
      </nav>
      <main>
        <h1>{shown}</h1>
        {person !== '' && <p>Selamat datang, {person}.</p>}
        <p className="note" role="status" data-testid="news">
          {news}
        </p>
        {shown === 'Beranda' ? <Colleagues /> : <p>Layanan {shown} hanya contoh.</p>}
      </main>
    </div>
  );
}

function Colleagues() {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Nama</th>
          <th scope="col">Telepon</th>
        </tr>
      </thead>
      <tbody>
        {colleagues.map(([name, number]) => (
          <tr key={number}>
            <td>{name}</td>
            <td>
              <a href={`tel:${number}`}>{number}</a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
