import { changedSignals } from "../devices/surroundings.js";
const strictness = ['off', 'observe', 'step-up', 'enforce'];
/** Judges the binding that a request shows by that of its session (devices/surroundings.ts). */
export function judgeBinding(bound, seen, modes) {
    const changed = changedSignals(bound, seen).filter(signal => modes[signal] !== 'off');
    const mode = strictness.findLast(mode => changed.some(signal => modes[signal] === mode)) ?? 'off';
    return { changed, mode };
}
//# sourceMappingURL=binding.js.map