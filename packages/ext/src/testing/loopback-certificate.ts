/**
 * A key and a self-signed certificate for `localhost` and `127.0.0.1`, valid from 2020 to 2120, for test servers only:
 * the key is public, so nothing but a test may trust it (`tls: { ca: LOOPBACK_CERTIFICATE.cert }`).
 */
export const LOOPBACK_CERTIFICATE: { readonly key: string; readonly cert: string } = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKd0ZyHXNMdWbCruA
nlZI+vB6BTvGakpzv5heYGB+VH6hRANCAARodZYMTUABCCgMj4C3ZAOiXk0UNKpS
jK32T0SosL6fMIPHLj9zteNqIx+yy3Tt/wTitl93QS4Qs7QgpSd6W0NA
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGh1lgxNQAEIKAyP
gLdkA6JeTRQ0qlKMrfZPRKiwvp8wg8cuP3O142ojH7LLdO3/BOK2X3dBLhCztCCl
J3pbQ0CjTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMB0GA1UdDgQWBBQAmDQpFMKWvIkSz8ugW8iB1QbfnTAKBggqhkjOPQQD
AgNJADBGAiEAyMoRuq1jKFVT3zpFQdm2JWZWwUIE0XcutbkV1jf4zAICIQCCBnlc
mtOm9jvpw6w+uVOfzwm2O/eVCLNmIQoVox4iGg==
-----END CERTIFICATE-----
`,
};
