// @ts-check

/** The SDK calls Promise.withResolvers, which Node has from version 22 on. */
Promise.withResolvers ??= function () {
  /** @type {any} */
  const deferred = {};
  deferred.promise = new this((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
};
