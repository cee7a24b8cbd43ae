using Microsoft.Extensions.Primitives;
using Wappa.Caching.Stores;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>What is stored under a response's key, or what a load says of it. Never changes; readers share it.</summary>
internal sealed class StoredResponse : ISharedValue
{
    /// <summary>What a load brings when its response is for the one client only who asked: the others ask for themselves.</summary>
    internal static readonly StoredResponse Unstorable = new() { Kind = ResponseKind.Unstorable };

    /// <summary>The same, where another run may well bring what can be stored: the others try once more together.</summary>
    internal static readonly StoredResponse UnstorableThisTime = new() { Kind = ResponseKind.Unstorable };

    private static readonly HashSet<string> DescribeBody = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Type", "Content-Encoding", "Content-Language", "Content-Range", "Content-MD5", "Trailer",
    };

    private KeyValuePair<string, StringValues>[]? _headersWithoutBody;

    internal required ResponseKind Kind { get; init; }

    internal int Status { get; init; }

    /// <summary>When the handler had made it, less the age it gave it.</summary>
    internal DateTimeOffset MadeAt { get; init; }

    /// <summary>How long it was fresh from then on.</summary>
    internal TimeSpan FreshFor { get; init; }

    /// <summary>What clients are given, in the order the handler set it. Without Age and Content-Length, which follow from the
    /// rest.</summary>
    internal KeyValuePair<string, StringValues>[] Headers { get; init; } = [];

    /// <summary>The headers of a 304 (RFC 9110 §15.4.5): all but those that describe a body. Worked out when first wanted; racing readers
    /// work out equal ones.</summary>
    internal KeyValuePair<string, StringValues>[] HeadersWithoutBody =>
        _headersWithoutBody ??= [.. Headers.Where(static header => !DescribeBody.Contains(header.Key))];

    /// <summary>Among the headers too; every response has one that is stored.</summary>
    internal string ETag { get; init; } = "";

    /// <summary>Of a rule: the request headers that decide between variants, sorted, in lower case.</summary>
    internal string[] Vary { get; init; } = [];

    internal ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The bytes in the store: head and body in one piece, of which <see cref="Body"/> is a part.</summary>
    internal ReadOnlyMemory<byte> Stored { get; init; }

    /// <summary>Of a rule a load has just brought: the response by which it was found. Not part of what is stored.</summary>
    internal StoredVariant? FirstVariant { get; init; }
}

/// <summary>A response and the key of its variant.</summary>
internal sealed record StoredVariant(string Key, StoredResponse Response);

/// <summary>What stands under a key.</summary>
internal enum ResponseKind : byte
{
    /// <summary>Nothing; others ask for themselves. Never stored.</summary>
    Unstorable = 0,

    /// <summary>A response.</summary>
    Response = 1,

    /// <summary>The names of the request headers by which the response varies; the variants stand under keys of their own.</summary>
    Rule = 2,
}
