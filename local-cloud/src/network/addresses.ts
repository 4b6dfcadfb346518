/** Addresses inside the namespace (documentation ranges, RFC 5737: nothing on any real network has them). */
export const API_ADDRESS = "198.51.100.1";
export const MIRROR_ADDRESS = "198.51.100.2";
/** Where the cloud's own services are; to a machine, "the internet". */
export const SERVICES_NETWORK = "198.51.100.0/24";
export const PUBLIC_NETWORK = "203.0.113.0/24";
export const PRIVATE_NETWORK = "10.77.0.0/16";
export const SERVICES_LINK = "cloud0";
