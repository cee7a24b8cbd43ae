namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>The labels of paths. Two paths that differ in case or in a slash at the end are one: which of them a route takes for
/// the same, the
/// cache does not know, and to invalidate too much is no error.</summary>
internal static class PathTags
{
    /// <summary>Of one tenant, or of those requests that have none.</summary>
    internal static string Of(string prefix, string? tenant, ReadOnlySpan<char> path) =>
        $"{prefix}http:path:{(tenant is null ? "" : Uri.EscapeDataString(tenant))}|{Normal(path)}";

    /// <summary>Of all tenants.</summary>
    internal static string OfAll(string prefix, ReadOnlySpan<char> path) => $"{prefix}http:path:{Normal(path)}";

    internal static string Normal(ReadOnlySpan<char> path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.IsEmpty ? "/" : trimmed.ToString().ToLowerInvariant();
    }

    /// <summary>The collection a path belongs to: all but its last segment. Null: it is the root.</summary>
    internal static string? ParentOf(string path)
    {
        var normal = Normal(path);
        if (normal is "/") return null;
        var last = normal.LastIndexOf('/');
        return last <= 0 ? "/" : normal[..last].TrimEnd('/') is { Length: > 0 } parent ? parent : "/";
    }
}
