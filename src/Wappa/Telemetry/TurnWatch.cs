using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Wappa.Caching;
using Wappa.Graph;
using Wappa.Inbox;
using Wappa.Outbox;
using Wappa.Timers;

namespace Wappa.Telemetry;

/// <summary>Where the pipeline says what it does. From here it goes to the meter, the traces and the observers; nobody who asks
/// for none of them pays more than a question.</summary>
internal sealed class TurnWatch(
    TurnMeter meter, PipelineIdle idle, IEnumerable<ITurnObserver> observers, TimeProvider time, ILogger<TurnWatch> logger)
{
    private readonly ITurnObserver[] _observers = [.. observers.Where(observer => observer.IsOn)];

    /// <summary>What runs and what waits.</summary>
    internal PipelineIdle Idle => idle;

    internal TurnMeter Meter => meter;

    private bool HasObservers => _observers.Length > 0;

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>A body was read, whatever it is.</summary>
    internal void Received(HttpContext context, ReadOnlySpan<byte> body)
    {
        if (!HasObservers) return;
        Tell(new WebhookReceived(Now, context.TraceIdentifier, context.Request.Headers, body.ToArray()));
    }

    /// <summary>Gives the items of a delivery their origin.</summary>
    internal void Begin(HttpContext context, in WebhookBatch batch)
    {
        var activity = Activity.Current?.Context ?? default;
        if (!HasObservers && activity == default) return;
        var origin = new ItemOrigin(context.TraceIdentifier, activity);
        for (var item = batch.First; item is not null; item = item.Next) item.Origin = origin;
    }

    /// <summary>A delivery is answered.</summary>
    internal void Answered(HttpContext context, int status)
    {
        meter.Webhooks.Add(1, new KeyValuePair<string, object?>("status", status));
        if (HasObservers) Tell(new WebhookAnswered(Now, context.TraceIdentifier, status));
    }

    internal void Stored(in WebhookBatch batch)
    {
        if (!HasObservers && !meter.Items.Enabled) return;
        for (var item = batch.First; item is not null; item = item.Next)
        {
            meter.Items.Add(1, KindOf(item));
            if (HasObservers) Tell(new ItemStored(Now, item));
        }
    }

    internal void Recovered(IEnumerable<Webhook> items)
    {
        foreach (var item in items)
        {
            item.AcceptedAt = time.GetTimestamp();
            if (HasObservers) Tell(new ItemRecovered(Now, item));
        }
    }

    internal void Duplicate(Webhook item)
    {
        meter.Duplicates.Add(1);
        if (HasObservers) Tell(new ItemDuplicate(Now, item));
    }

    internal void Duplicates(in WebhookBatch items)
    {
        if (items.Count > 0) Log.DuplicatesDropped(logger, items.Count);
        for (var item = items.First; item is not null; item = item.Next) Duplicate(item);
    }

    /// <summary>An item has got a place to run in.</summary>
    internal void Claimed(Webhook item)
    {
        var waited = time.GetElapsedTime(item.AcceptedAt);
        if (item.Attempts == 0) meter.Wait.Record(waited.TotalSeconds, KindOf(item));
        if (!HasObservers) return;
        Tell(new TurnClaimed(Now, item, waited));
        if (item is StatusWebhook status) Tell(new StatusReceived(Now, status));
    }

    /// <summary>Runs a handler.</summary>
    internal async ValueTask HandleAsync(Webhook item, WappaEventHandler handler, CancellationToken cancellationToken)
    {
        using var activity = TurnActivities.Source.StartActivity("handler");
        if (HasObservers) Tell(new HandlerStarted(Now, item, item.Attempts));
        var began = time.GetTimestamp();
        Exception? failure = null;
        try
        {
            await item.HandleAsync(handler, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
            TurnActivities.SetFailed(activity, error);
            throw;
        }
        finally
        {
            var took = time.GetElapsedTime(began);
            meter.Handler.Record(took.TotalSeconds, KindOf(item), Outcome(failure is null ? "ok" : "error"));
            if (HasObservers) Tell(new HandlerEnded(Now, item, item.Attempts, took, failure));
        }
    }

    /// <summary>Commits a turn.</summary>
    internal async ValueTask<TurnCommit> CommitAsync(
        LaneMailbox mailbox, Webhook item, List<RecordWrite> changes, IReadOnlyList<OutboxEntry> messages,
        IReadOnlyList<TimerChange> timers)
    {
        using var activity = TurnActivities.Source.StartActivity("commit");
        var began = time.GetTimestamp();
        TurnCommit? commit = null;
        try
        {
            commit = await mailbox.CommitAsync(item, changes, messages, timers).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            TurnActivities.SetFailed(activity, error);
            throw;
        }
        finally
        {
            var took = time.GetElapsedTime(began);
            meter.Commit.Record(took.TotalSeconds, Outcome(NameOf(commit)));
            activity?.SetTag("outcome", NameOf(commit));
            if (HasObservers && commit == TurnCommit.Done) Tell(new TurnCommitted(Now, item, took, changes, messages));
            else if (HasObservers && commit == TurnCommit.Conflict) Tell(new TurnConflict(Now, item, item.Attempts));
        }

        return commit.Value;
    }

    /// <summary>A turn is to be run again, at once or later.</summary>
    internal void Retried(Webhook item, string reason, Exception error)
    {
        meter.Retries.Add(1, new KeyValuePair<string, object?>("reason", reason));
        if (HasObservers) Tell(new TurnRetried(Now, item, item.Attempts, error));
    }

    internal void Parked(Webhook item)
    {
        meter.DeadLetters.Add(1, KindOf(item));
        if (HasObservers) Tell(new TurnParked(Now, item, item.Attempts, item.Failure));
    }

    /// <summary>Posts a message that is claimed.</summary>
    internal async ValueTask<SendOutcome> SendAsync(
        GraphClient graph, LaneKey lane, OutboxEntry entry, CancellationToken cancellationToken)
    {
        using var activity = TurnActivities.StartSend(entry);
        if (HasObservers) Tell(new SendStarted(Now, lane.Tenant, lane.User, entry));
        var began = time.GetTimestamp();
        SendOutcome? outcome = null;
        try
        {
            outcome = await graph.SendAsync(entry.PhoneNumberId, entry.Body, entry.Recipient, cancellationToken)
                .ConfigureAwait(false);
            return outcome;
        }
        finally
        {
            var took = time.GetElapsedTime(began);
            var (name, code) = NameOf(outcome);
            meter.Send.Record(took.TotalSeconds, Outcome(name), new("code", code));
            activity?.SetTag("outcome", name).SetTag("code", code);
            if (HasObservers) Tell(new SendEnded(Now, lane.Tenant, lane.User, entry, took, outcome));
        }
    }

    private static KeyValuePair<string, object?> KindOf(Webhook item) => new("kind", item.Kind);

    private static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);

    private static string NameOf(TurnCommit? commit) => commit switch
    {
        TurnCommit.Done => "committed",
        TurnCommit.Overtaken => "overtaken",
        TurnCommit.Conflict => "conflict",
        _ => "failed",
    };

    // A code is one of WhatsApp's few hundred; 0 stands for none.
    private static (string Name, int Code) NameOf(SendOutcome? outcome) => outcome switch
    {
        SendOutcome.Accepted => ("accepted", 0),
        SendOutcome.Refused refused => ("refused", refused.Error.Code),
        SendOutcome.Indeterminate unknown => ("indeterminate", unknown.Error.Code),
        _ => ("failed", 0),
    };

    private void Tell(TurnEvent happened)
    {
        foreach (var observer in _observers)
        {
            try
            {
                observer.OnEvent(happened);
            }
#pragma warning disable CA1031 // Whoever looks on must not change what happens.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Log.ObserverFailed(logger, error.GetType().Name);
            }
        }
    }
}
