/** The version of package.json, which the built service does not read. */
export const version = '0.1.0';
//# sourceMappingURL=version.js.map