declare module 'cluster-key-slot' {
  /** The slot of a key (Redis Cluster specification, "Key distribution model"). */
  export default function slotOfKey (key: string): number
}
