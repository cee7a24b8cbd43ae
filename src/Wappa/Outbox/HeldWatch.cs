using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Inbox;

namespace Wappa.Outbox;

/// <summary>Looks once a minute for messages that have been held for too long, and reports each once: in the log, in a counter
/// and to the handler. Any number of processes may look; the row's revision decides who reports.</summary>
internal sealed class HeldWatch(
    PipelineServices services, WebhookInbox inbox, IOptions<WhatsAppOptions> options, ILogger<HeldWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Reports what is overdue now.</summary>
    internal async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        var now = services.Time.GetUtcNow();
        var seen = new Dictionary<string, HeldRow>(StringComparer.Ordinal);
        await foreach (var (id, row, revision) in services.Held.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            seen[id] = row;
            if (row.IsReported || row.HeldAt + options.Value.HeldFor > now) continue;
            var batch = default(WebhookBatch);
            batch.Add(row.ToStatus(id, LocalStatus.Held, row.HeldAt));
            // The item first: told twice it is one item, marked and not told it would be lost.
            if (!await inbox.AcceptAsync(batch, cancellationToken).ConfigureAwait(false)) return;
            if (!await services.Held.TryMarkReportedAsync(id, row, revision, cancellationToken).ConfigureAwait(false)) continue;
            Log.MessageUnsettled(logger, options.Value.HeldFor);
            services.Watch.Meter.Unsettled.Add(1);
        }

        services.Held.Learn(seen);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await TryLookAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The app ends; the next process looks.
        }
    }

    private async ValueTask TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the store throws: in a minute it is asked again.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Log.SenderFailed(logger, error.GetType().Name);
        }
    }
}
