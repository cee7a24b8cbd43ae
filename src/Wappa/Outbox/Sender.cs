using Microsoft.Extensions.Logging;
using Wappa.Graph;
using Wappa.Inbox;
using Wappa.Telemetry;

namespace Wappa.Outbox;

/// <summary>
/// Sends what stands in a user's mailbox, in order: claims a message durably, posts it, takes it out. It runs beside the user's
/// turns, while there is something to send.
/// </summary>
/// <param name="services">The pipeline.</param>
/// <param name="mailbox">The lane's mailbox.</param>
/// <param name="lane">Whose turn it is to post.</param>
/// <param name="activity">Is told when it waits.</param>
/// <param name="tenure">For how long requests may begin and waits are worth while: what is left then is its next owner's.</param>
/// <param name="aborted">Ends requests.</param>
internal sealed class Sender(
    PipelineServices services, LaneMailbox mailbox, LaneKey lane, LaneActivity activity, Tenure tenure, CancellationToken aborted)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private int _storeFailures;
    private bool _gaveUp;
    private bool _hasNews; // the lane has to tell the handler something before this goes on
    private (Action<Mailbox> Change, bool Later)? _outcome; // of a request, until the mailbox has it

    /// <summary>Ends when nothing is left to send that can be sent now.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    internal bool IsRunning => !Running.IsCompleted;

    /// <summary>Whether it has ended and would find nothing to do. Asked by the lane's loop only, and not by its end alone: a message
    /// may be committed just when it has looked for the last time.</summary>
    internal bool IsDone => !IsRunning && (_gaveUp || (_outcome is null && !mailbox.HasWork));

    /// <summary>Begins, unless it runs or has nothing to do. Called by the lane's loop only.</summary>
    internal void Start()
    {
        if (IsRunning || IsDone) return;
        activity.SenderBegins();
        Running = RunAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            await SendAllAsync().ConfigureAwait(false);
        }
        finally
        {
            activity.SenderEnds(); // before the task ends, so that the lane counts as running until it has heard of it
        }
    }

    private async Task SendAllAsync()
    {
        _hasNews = false;
        while (!_hasNews)
        {
            try
            {
                if (!await StepAsync().ConfigureAwait(false)) return;
                _storeFailures = 0;
            }
            catch (OperationCanceledException) when (aborted.IsCancellationRequested)
            {
                _gaveUp = true; // or the lane would begin anew at once, for as long as the process lives
                return;
            }
#pragma warning disable CA1031 // Whatever a store throws must not end the sending: what is claimed stays claimed until it works.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Log.SenderFailed(services.Logger, error.GetType().Name);
                // What became of a request is worth waiting for: untold, the message would be one of which nobody knows.
                var until = _outcome is null ? tenure.Draining : aborted;
                if (!await PauseAsync(services.Backoff(++_storeFailures, FirstPause), until).ConfigureAwait(false)) return;
            }
        }
    }

    /// <returns>False: there is nothing to send.</returns>
    private async ValueTask<bool> StepAsync()
    {
        await StoreOutcomeAsync().ConfigureAwait(false);
        await mailbox.ListHeldAsync().ConfigureAwait(false);
        if (await mailbox.NextEntryAsync().ConfigureAwait(false) is not { } entry)
        {
            await mailbox.FlushAsync().ConfigureAwait(false);
            return false;
        }

        var wait = entry.Due - services.Time.GetUtcNow();
        if (entry.Due != default && wait > TimeSpan.Zero && !await PauseAsync(wait, tenure.Draining).ConfigureAwait(false)) return false;
        var permit = new SendPermit(entry.PhoneNumberId, entry.Recipient);
        if (!await AwaitPermitAsync(permit).ConfigureAwait(false)) return false;
        if (await mailbox.IsWindowClosedAsync(entry).ConfigureAwait(false))
        {
            _outcome = Failed(entry, WindowClosed());
            await StoreOutcomeAsync().ConfigureAwait(false);
            return true;
        }

        await services.Posts.EnterAsync(lane.Tenant, aborted).ConfigureAwait(false);
        try
        {
            if (!tenure.IsHeld)
            {
                _gaveUp = true;
                return false;
            }

            await SendAsync(entry, permit).ConfigureAwait(false);
        }
        finally
        {
            services.Posts.Exit();
        }

        return true;
    }

    private async ValueTask<bool> AwaitPermitAsync(SendPermit permit)
    {
        while (services.Graph.Limits.Next(permit) is var wait && wait > TimeSpan.Zero)
        {
            // What is stored can wait for the next process; what is not has the time of the shutdown.
            if (!await PauseAsync(wait, services.IsDurable ? tenure.Draining : aborted).ConfigureAwait(false)) return false;
        }

        return true;
    }

    private async ValueTask SendAsync(OutboxEntry entry, SendPermit permit)
    {
        if (services.IsDurable && !await mailbox.TryClaimAsync(entry).ConfigureAwait(false)) return;
        try
        {
            var outcome = await services.Watch.SendAsync(services.Graph, lane, entry, aborted).ConfigureAwait(false);
            _outcome = OutcomeOf(entry, permit, outcome);
        }
        catch (OperationCanceledException error)
        {
            _outcome = Unknown(entry, error); // the request was on its way
        }
#pragma warning disable CA1031 // Nothing was sent: no token, no number. An operator can mend that, so the message waits.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.SenderFailed(services.Logger, error.GetType().Name);
            _outcome = Later(entry, services.Backoff(entry.Attempts + 1, FirstPause), code: 0);
        }

        await StoreOutcomeAsync().ConfigureAwait(false);
    }

    // Kept until it is stored: a store that fails now must not make a message that was sent look like one that may have been.
    private async ValueTask StoreOutcomeAsync()
    {
        if (_outcome is not { } outcome) return;
        await mailbox.ChangeAsync(outcome.Change, outcome.Later).ConfigureAwait(false);
        _outcome = null;
    }

    private (Action<Mailbox> Change, bool Later) OutcomeOf(OutboxEntry entry, SendPermit permit, SendOutcome outcome)
    {
        switch (outcome)
        {
            case SendOutcome.Accepted accepted:
                services.Graph.Limits.Accepted(permit);
                entry.Handle?.SetAccepted(accepted.Message);
                // With the next write, or at the latest when nothing is left to send.
                return (box => box.Remove(entry), Later: true);
            case SendOutcome.Refused refused when
                services.Graph.Limits.Refused(permit, refused.Retry, entry.CountRefusal(refused.Error.Code)) is { } wait:
                return Later(entry, wait, refused.Error.Code);
            case SendOutcome.Refused refused:
                return Failed(entry, refused.Error);
            case SendOutcome.Indeterminate unknown:
                return Unknown(entry, unknown.Error);
            default:
                throw new InvalidOperationException($"{outcome.GetType().Name} is no outcome of a send.");
        }
    }

    // It stays in the mailbox until the handler was told, so that no crash makes it vanish without a word.
    private (Action<Mailbox> Change, bool Later) Failed(OutboxEntry entry, WhatsAppApiException error)
    {
        Log.MessageRefused(services.Logger, error.Summary);
        entry.Handle?.SetFailed(MessageState.Refused, error);
        _hasNews = true;
        var reason = new WebhookError(error.Code, error.ErrorType, null, error.Details ?? error.Summary);
        return (box => box.Fail(entry, reason), Later: false);
    }

    private static WhatsAppApiException WindowClosed() => new(
        "The user last wrote to this number more than 24 hours ago, so WhatsApp takes nothing but templates (code 131047). It was " +
        $"not asked; see {nameof(WhatsAppOptions)}.{nameof(WhatsAppOptions.ChecksServiceWindow)}.")
    {
        Code = LocalStatus.WindowClosed,
        Details = "The user last wrote to this number more than 24 hours ago. Nothing was posted.",
    };

    private (Action<Mailbox> Change, bool Later) Unknown(OutboxEntry entry, Exception error)
    {
        Log.MessageHeld(services.Logger);
        entry.Handle?.SetFailed(MessageState.Indeterminate, error);
        var now = services.Time.GetUtcNow();
        return (box => box.Hold(entry, now), Later: false);
    }

    private (Action<Mailbox> Change, bool Later) Later(OutboxEntry entry, TimeSpan pause, int code)
    {
        entry.Attempts++;
        Log.MessageDelayed(services.Logger, code, entry.Attempts, pause);
        var due = services.Time.GetUtcNow() + pause;
        return (box => box.Delay(entry, due), Later: false);
    }

    private async ValueTask<bool> PauseAsync(TimeSpan pause, CancellationToken until)
    {
        try
        {
            // Timers count milliseconds and leave out the rest, so a wait for the rest alone would not be one.
            var whole = TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
            await activity.PauseSenderAsync(whole, services.Time, until).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            _gaveUp = true;
            return false;
        }
    }
}
