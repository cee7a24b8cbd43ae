namespace Wappa.Emulator;

/// <summary>What happens to a message sent outside the customer's 24 hours.</summary>
internal enum WindowCheck
{
    /// <summary>It is accepted and fails, as WhatsApp does.</summary>
    Async,

    /// <summary>It is refused at once.</summary>
    Sync,

    /// <summary>It is delivered.</summary>
    Off,
}

/// <summary>What counts as known.</summary>
internal enum Acceptance
{
    /// <summary>Whatever it is.</summary>
    Any,

    /// <summary>Only what was made here before.</summary>
    Known,
}

/// <summary>How the local WhatsApp is set up.</summary>
internal sealed record LocalSettings
{
    public WindowCheck Window { get; init; }

    /// <summary>Which templates may be sent.</summary>
    public Acceptance Templates { get; init; }

    /// <summary>Which phones may be sent to. <see cref="Acceptance.Any"/>: an unknown one becomes a customer.</summary>
    public Acceptance Recipients { get; init; }

    /// <summary>Whether a download without a User-Agent is refused.</summary>
    public bool MediaUserAgent { get; init; }
}
