using System.Collections.Immutable;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>What an endpoint says about the responses its writes invalidate.</summary>
internal interface IInvalidationMetadata;

/// <summary>Its writes invalidate nothing by themselves.</summary>
internal sealed class NoInvalidation : IInvalidationMetadata
{
    internal static readonly NoInvalidation Mark = new();
}

/// <summary>Paths beside its own.</summary>
/// <param name="Patterns">With the write's route values in them; with a value missing: all paths of the route.</param>
internal sealed record AlsoInvalidates(ImmutableArray<RoutePattern> Patterns) : IInvalidationMetadata;

/// <summary>Tags beside its paths.</summary>
internal sealed record AlsoInvalidatesTags(ImmutableArray<string> Tags) : IInvalidationMetadata;
