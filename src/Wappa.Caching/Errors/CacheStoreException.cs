namespace Wappa.Caching;

/// <summary>A backend could not do what was asked. Record operations report it; strategies and HTTP caches go to the
/// source instead.</summary>
public class CacheStoreException : Exception
{
    /// <summary>A failure with its cause.</summary>
    /// <param name="message">What happened and what to do, without keys or user ids.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    /// <param name="outcomeUnknown">Whether the operation may have taken effect all the same.</param>
    public CacheStoreException(string message, Exception? innerException = null, bool outcomeUnknown = false)
        : base(message, innerException) => OutcomeUnknown = outcomeUnknown;

    /// <summary>True: the write was sent and its reply lost, so it may or may not have happened. Repeat it only if
    /// repeating does no harm. False: nothing changed.</summary>
    public bool OutcomeUnknown { get; }
}

/// <summary>The backend cannot be reached.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause.</param>
/// <param name="outcomeUnknown">Whether the operation may have taken effect.</param>
public sealed class CacheStoreUnavailableException(
    string message, Exception? innerException = null, bool outcomeUnknown = false)
    : CacheStoreException(message, innerException, outcomeUnknown);

/// <summary>The backend did not answer in time.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause.</param>
/// <param name="outcomeUnknown">Whether the operation may have taken effect.</param>
public sealed class CacheStoreTimeoutException(
    string message, Exception? innerException = null, bool outcomeUnknown = true)
    : CacheStoreException(message, innerException, outcomeUnknown);

/// <summary>What the backend holds cannot be read. It is kept aside for a person to look at, never deleted.</summary>
/// <param name="message">What happened and where the data was put.</param>
/// <param name="innerException">The cause.</param>
public sealed class CacheStoreCorruptException(string message, Exception? innerException = null)
    : CacheStoreException(message, innerException);
