namespace Wappa;

/// <summary>An item whose turn failed each time it was tried. Not a record: its text form must not show what it holds.</summary>
public sealed class DeadLetter
{
    /// <summary>Names it in the calls of <see cref="IDeadLetters"/>; equal to <see cref="Turn.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>What it is: <c>message</c>, <c>status</c>, <c>error</c> or <c>event</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who it is about; <see langword="null"/> for items about no user.</summary>
    public string? UserId { get; init; }

    /// <summary>How often its turn was begun.</summary>
    public required int Attempts { get; init; }

    /// <summary>The type of the last exception; <see langword="null"/> if the process ended during the last attempt.</summary>
    public string? ErrorType { get; init; }

    /// <summary>When it was given up.</summary>
    public required DateTimeOffset GivenUpAt { get; init; }

    /// <summary>The item as it came, UTF-8 JSON. It is somebody's data.</summary>
    public required ReadOnlyMemory<byte> RawJson { get; init; }
}
