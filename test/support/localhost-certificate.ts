/**
 * A certificate for localhost that nobody has signed but itself, valid for a hundred years, and its key. The key protects
 * nothing: it is here so that tests can speak https.
 */

/** PEM. */
export const localhostKey = [
  '-----BEGIN PRIVATE KEY-----',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfDvObg8KyyGdrVgD',
  'PdNJmvnSFPAVNJ07elBGDqNZq0ihRANCAASTYEib6b1i+W4fMLBZYoH9jYyF+nuJ',
  'fH19RYyDFCnm5qD2Nn+4giZWR4YQBtYh7aD1C+m63C1zjqNuZSrnD7kl',
  '-----END PRIVATE KEY-----',
].join('\n');

/** PEM. */
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
