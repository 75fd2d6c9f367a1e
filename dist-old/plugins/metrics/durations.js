/**
 * A histogram of what every request adds to, for a registry of prom-client, whose own makes a text of the labels at each observation: a twentieth of what a
 * validation costs. Here who observes asks for the series of its labels once, and an observation is an addition.
 */
export function createDurations(registry, { name, help, buckets }) {
    const all = [];
    const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: all.flatMap(values => values()) });
    // It asks for no more than that.
    registry.registerMetric({ name, get });
    return labels => {
        const counted = [...buckets, Infinity].map(bound => ({ bound, count: 0 }));
        let sum = 0;
        all.push(() => {
            let count = 0;
            const values = counted.map(bucket => {
                count += bucket.count;
                return { metricName: `${name}_bucket`, labels: { le: bucket.bound === Infinity ? '+Inf' : bucket.bound, ...labels }, value: count };
            });
            return [...values, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: count }];
        });
        return seconds => {
            sum += seconds;
            const bucket = counted.find(({ bound }) => seconds <= bound);
            bucket.count++;
        };
    };
}
//# sourceMappingURL=durations.js.map