namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>Why a response is not stored; the tag <c>reason</c> of <c>wappa.caching.http.not_stored</c>.</summary>
internal enum NotStored
{
    /// <summary>It is stored.</summary>
    No,

    /// <summary>The handler wrote more than the limit.</summary>
    TooLarge,

    /// <summary>The handler streams.</summary>
    Streaming,

    /// <summary>The handler was stopped or ended the connection, so what it wrote may be a part.</summary>
    Aborted,

    /// <summary>It wrote more or less than its Content-Length says.</summary>
    Truncated,

    /// <summary>Not a status that is stored.</summary>
    Status,

    /// <summary>It sets a cookie.</summary>
    Cookie,

    /// <summary>Its Cache-Control, or Expires, forbids it.</summary>
    Forbidden,

    /// <summary>It is a part, has trailers, varies by what nobody knows, or has a header no server may send.</summary>
    Unrepeatable,
}

/// <summary>What follows from it.</summary>
internal static class NotStoredExtensions
{
    /// <summary>Whether the next run most likely meets it too, so that nobody had better wait for one. A status or a Cache-Control is
    /// easily brought about by what is not in the key: whoever sends a broken header must not decide for the others.</summary>
    internal static bool IsLikelyAgain(this NotStored reason) => reason is NotStored.TooLarge or NotStored.Streaming or NotStored.Cookie;
}
