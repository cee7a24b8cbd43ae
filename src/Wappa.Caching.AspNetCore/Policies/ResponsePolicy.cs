using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Policies;

/// <summary>What an endpoint says about the caching of its responses.</summary>
internal sealed record ResponsePolicy
{
    internal required TimeSpan Ttl { get; init; }

    internal TimeSpan? StaleWhileRevalidate { get; init; }

    internal TimeSpan? StaleIfError { get; init; }

    internal TimeSpan? Timeout { get; init; }

    internal TimeSpan? ClientTtl { get; init; }

    internal Func<HttpContext, string?>? Key { get; init; }

    internal ImmutableArray<string> Tags { get; init; } = [];

    internal ImmutableArray<Func<HttpContext, IEnumerable<string>?>> TagsOf { get; init; } = [];

    internal ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>The names that count; null: all.</summary>
    internal ImmutableHashSet<string>? Query { get; init; }

    internal ImmutableArray<Func<HttpContext, string?>> Values { get; init; } = [];

    internal ImmutableArray<int> Statuses { get; init; } = [StatusCodes.Status200OK];

    internal required int MaxBodyBytes { get; init; }

    internal bool IsSharedByUsers { get; init; }

    internal bool IsSharedByHosts { get; init; }

    internal bool ClusterLock { get; init; }

    internal bool IsOff { get; init; }
}
