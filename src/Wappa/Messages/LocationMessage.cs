namespace Wappa;

/// <summary>A place.</summary>
public sealed class LocationMessage : Message
{
    /// <summary>Degrees; north is positive.</summary>
    public required double Latitude { get; init; }

    /// <summary>Degrees; east is positive.</summary>
    public required double Longitude { get; init; }

    /// <summary>What it is called; <see langword="null"/> for where the user is.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is, in words; <see langword="null"/> if not given.</summary>
    public string? Address { get; init; }

    /// <summary>Its web page; <see langword="null"/> if not given.</summary>
    public string? Url { get; init; }
}
