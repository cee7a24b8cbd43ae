using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>Something the app is to be told: one change of a webhook.</summary>
/// <param name="number">The number it is about; updates of one number may share a POST.</param>
/// <param name="customer">Whom it is about; null: nobody.</param>
/// <param name="message">The message it is about; null: none.</param>
/// <param name="lane">Updates of one lane are posted one after the other.</param>
internal sealed class WebhookUpdate(string number, string? customer, string? message, string lane)
{
    private readonly TaskCompletionSource<int?> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string Number => number;

    internal string? Customer => customer;

    internal string? Message => message;

    internal string Lane => lane;

    /// <summary>The change: <c>value</c> and <c>field</c>.</summary>
    internal JsonObject? Change { get; init; }

    /// <summary>The whole body instead, as it is.</summary>
    internal byte[]? Body { get; init; }

    /// <summary>The app's status at the first attempt; null: it gave none, or there was no attempt.</summary>
    internal Task<int?> FirstAttempt => _first.Task;

    /// <summary>Whether the app took it in the end.</summary>
    internal Task<bool> Delivered => _done.Task;

    internal void Attempted(int? status) => _first.TrySetResult(status);

    internal void End(bool delivered)
    {
        _first.TrySetResult(delivered ? 200 : null);
        _done.TrySetResult(delivered);
    }
}
