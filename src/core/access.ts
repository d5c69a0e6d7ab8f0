// Access for a time: how its objects in a cluster are known.

/** Of every object of a grant: the id of its request. */
export const grantLabel = "countersign.dev/grant";
/** How long after its creation an object of a grant is to be removed: `7200s`. Covered by the approved digest. */
export const expiresAfterAnnotation = "countersign.dev/expires-after";
