/**
 * What schemas are compiled to. They are values of modules and compile the same in every instance of the service in a process, so each is compiled once:
 * a start is a quarter quicker for it, a second one in the same process takes two thirds of the time.
 */
import { AjvCompiler } from '@fastify/ajv-compiler';
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
/**
 * Keeps one Ajv for each set of `customOptions` (nothing else tells two apart) and of schemas that others refer to; Ajv knows again what it has compiled. Beside a builder
 * of one's own Fastify leaves the names of request headers in schemas as they are: they have to be in lower case.
 */
export const buildValidator = AjvCompiler();
const pool = new Map();
/** The serializers that know the same schemas by name. */
export const buildSerializer = (externalSchemas, options) => {
    const key = JSON.stringify([externalSchemas, options]);
    const compile = pool.get(key) ?? once(SerializerSelector()(externalSchemas, options));
    pool.set(key, compile);
    return compile;
};
/**
 * Fastify compiles a serializer for each status of each route, and of its HEAD route anew. Six of seven are references to the one schema of
 * problems: what is only a reference is looked up by it, anything else as the object that it is.
 */
function once(compile) {
    const byName = new Map();
    const byObject = new WeakMap();
    return route => {
        const schema = route.schema;
        const name = Object.keys(schema).length === 1 ? schema.$ref : undefined;
        const serializer = (name === undefined ? byObject.get(schema) : byName.get(name)) ?? compile(route);
        if (name === undefined)
            byObject.set(schema, serializer);
        else
            byName.set(name, serializer);
        return serializer;
    };
}
//# sourceMappingURL=compilers.js.map