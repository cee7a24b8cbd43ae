namespace Wappa.Caching.AspNetCore.Keys;

/// <summary>Whose response it is.</summary>
/// <param name="OwnKey">What the endpoint's <c>Key</c> made of the request; null: path and query decide.</param>
/// <param name="Tenant">Null: none.</param>
/// <param name="Identity">The caller.</param>
internal readonly record struct RequestScope(string? OwnKey, string? Tenant, CallerIdentity Identity);
