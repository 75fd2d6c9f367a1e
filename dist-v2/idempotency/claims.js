export {};
//# sourceMappingURL=claims.js.map