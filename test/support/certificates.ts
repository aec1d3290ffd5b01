import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/**
 * Certificates that nobody has signed but they themselves, valid for a hundred years, and their key. The key protects
 * nothing: it is here so that tests can speak https.
 */

/** PEM. */
export const testKey = [
  '-----BEGIN PRIVATE KEY-----',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfDvObg8KyyGdrVgD',
  'PdNJmvnSFPAVNJ07elBGDqNZq0ihRANCAASTYEib6b1i+W4fMLBZYoH9jYyF+nuJ',
  'fH19RYyDFCnm5qD2Nn+4giZWR4YQBtYh7aD1C+m63C1zjqNuZSrnD7kl',
  '-----END PRIVATE KEY-----',
].join('\n');

/** Of `localhost`. PEM. */
export const localhostCertificate = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBlDCCATugAwIBAgIUdMfRUZmniDcSKJ795rC1X5I2iqUwCgYIKoZIzj0EAwIw',
  'FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTAzNTY1NFoYDzIxMjYxMDI4',
  'MDM1NjU0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO',
  'PQMBBwNCAASTYEib6b1i+W4fMLBZYoH9jYyF+nuJfH19RYyDFCnm5qD2Nn+4giZW',
  'R4YQBtYh7aD1C+m63C1zjqNuZSrnD7klo2kwZzAdBgNVHQ4EFgQUI/v99bDMghAh',
  'd7gEqwnESU9Rv/wwHwYDVR0jBBgwFoAUI/v99bDMghAhd7gEqwnESU9Rv/wwDwYD',
  'VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID',
  'RwAwRAIgTPCSVs5RrT20oPjwz7svF7VFlfOMcVUQH3fpaCyLqncCIH8KiKIQ7PsW',
  'm1/iEwIfdllxro67iLWgXdzuJGoA6Wwn',
  '-----END CERTIFICATE-----',
].join('\n');

/** Of `registry.test`. PEM. */
export const registryTestCertificate = [
  '-----BEGIN CERTIFICATE-----',
  'MIIBoDCCAUegAwIBAgIUMFEFmRaQCyNDY6zweQE2/Jh4CikwCgYIKoZIzj0EAwIw',
  'GDEWMBQGA1UEAwwNcmVnaXN0cnkudGVzdDAgFw0yNjExMjIwMjUzMzRaGA8yMTI2',
  'MTAyOTAyNTMzNFowGDEWMBQGA1UEAwwNcmVnaXN0cnkudGVzdDBZMBMGByqGSM49',
  'AgEGCCqGSM49AwEHA0IABJNgSJvpvWL5bh8wsFligf2NjIX6e4l8fX1FjIMUKebm',
  'oPY2f7iCJlZHhhAG1iHtoPUL6brcLXOOo25lKucPuSWjbTBrMB0GA1UdDgQWBBQj',
  '+/31sMyCECF3uASrCcRJT1G//DAfBgNVHSMEGDAWgBQj+/31sMyCECF3uASrCcRJ',
  'T1G//DAYBgNVHREEETAPgg1yZWdpc3RyeS50ZXN0MA8GA1UdEwEB/wQFMAMBAf8w',
  'CgYIKoZIzj0EAwIDRwAwRAIgf/6egpQrK1NSm2ia2rg2/SdzPDUPYOLe44HPhnL5',
  'T+sCIFDJjfu5Zib/k5HQdCrWjpP1L7VJobX2Cw3Qk6zFg2ch',
  '-----END CERTIFICATE-----',
].join('\n');

/** Does `work` in a process that takes a certificate for an authority, as NODE_EXTRA_CA_CERTS would have it. */
export async function trusting(certificate: string, work: () => Promise<void>): Promise<void> {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  try {
    await work();
  } finally {
    setDefaultCACertificates(before);
  }
}
