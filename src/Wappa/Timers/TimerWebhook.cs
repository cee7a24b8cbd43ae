using System.Text.Json;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Turns.Routing;

namespace Wappa;

/// <summary>A timer is due that a turn of this user has scheduled; see <see cref="Turn.ScheduleAsync{T}"/>. The user is
/// <see cref="Turn.UserId"/>, the business number that of the turn that scheduled it.</summary>
public sealed class TimerWebhook : Webhook
{
    /// <summary>The name it was given.</summary>
    public required string Name { get; init; }

    /// <summary>When it was to come. It comes later if the user was busy, or the app was down.</summary>
    public required DateTimeOffset DueAt { get; init; }

    internal string? Owner { get; init; }

    internal override string Kind => "timer";

    internal override string? UserId => Owner;

    internal override bool IsTimer => OriginalTurnId is null;

    /// <summary>What the payload is read with; the app's own once the turn has begun.</summary>
    internal CacheSerializer Serializer { get; set; } = CacheSerializer.Default;

    /// <summary>What it was given.</summary>
    /// <typeparam name="T">The type it was scheduled with, or one that reads the same JSON.</typeparam>
    /// <returns>The default of the type if it was scheduled without.</returns>
    /// <exception cref="JsonException">The JSON does not fit the type.</exception>
    public T? GetPayload<T>() =>
        RawJson.IsEmpty ? default : JsonSerializer.Deserialize<T>(RawJson.Span, Serializer.Options);

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) =>
        HandlerRoutes.Of(handler.GetType()).RunAsync(handler, this, ct);

    // Made by one turn, once: it has an identity from the beginning.
    internal override Fingerprint Identify() => default;
}
