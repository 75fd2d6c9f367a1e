export {};
//# sourceMappingURL=failure-counters.js.map