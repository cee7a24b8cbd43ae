using System.Buffers;

namespace Wappa.Caching.AspNetCore.Keys;

/// <summary>Keys that come from outside: what an endpoint's <c>Key</c> makes of a request, and what the app invalidates. The characters
/// are those of <c>^[a-zA-Z0-9:_-]+$</c> and <c>.</c>, <c>~</c>, <c>@</c>, which names of files, versions and mail addresses hold and which
/// mean nothing in any store.</summary>
internal static class OutsideKey
{
    internal const int MaxLength = 256;
    private const int MaxPrefixLength = 128;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-.~@");

    internal static bool IsValid(ReadOnlySpan<char> key) =>
        key.Length is > 0 and <= MaxLength && !key.ContainsAnyExcept(Allowed);

    /// <summary>Empty, or parts each ended by ':'.</summary>
    internal static bool IsPrefix(ReadOnlySpan<char> prefix) =>
        prefix.IsEmpty || (prefix.Length <= MaxPrefixLength && prefix[^1] == ':' && !prefix.ContainsAnyExcept(Allowed));

}
