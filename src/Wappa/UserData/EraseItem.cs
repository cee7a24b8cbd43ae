using Wappa.Inbox;

namespace Wappa.UserData;

/// <summary>The wish to forget a user, in its place among the user's items: what came before is part of what is forgotten, what comes
/// after is a new beginning.</summary>
internal sealed class EraseItem : Webhook
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal required string User { get; init; }

    internal override string Kind => "erase";

    internal override string? UserId => User;

    /// <summary>Ends when it was carried out in this process.</summary>
    internal Task Done => _done.Task;

    internal void SetDone() => _done.TrySetResult();

    internal override Task HandleAsync(WappaEventHandler handler, CancellationToken ct) => Task.CompletedTask;

    internal override Fingerprint Identify() => default;
}
