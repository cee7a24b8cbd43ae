using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Webhook;

/// <summary>A webhook of 700 bytes: signature, parse and an empty handler, beside a minimal API that checks the
/// signature and parses.</summary>
internal static class WebhookArea
{
    private const int WarmUps = 2;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(RunSettings settings)
    {
        using var bare = await ServerProcess.StartAsync(WebhookServer.Bare);
        using var ours = await ServerProcess.StartAsync(WebhookServer.Ours);
        var theirs = new List<LoadResult>();
        var results = new List<LoadResult>();
        var (thrownAway, noisy) = (0, false);
        for (var round = -WarmUps; round < settings.WebhookRounds;)
        {
            var peer = await bare.LoadAsync(settings.WebhookRequests);
            var wappa = await ours.LoadAsync(settings.WebhookRequests);
            if (round++ < 0) continue;
            var disturbed = peer.IsDisturbed || wappa.IsDisturbed;
            if (disturbed && thrownAway < settings.WebhookRounds / 2)
            {
                thrownAway++;
                round--;
                continue;
            }

            noisy |= disturbed;
            theirs.Add(peer);
            results.Add(wappa);
        }

        return
        [
            Row("requests a second", "req/s", load => load.RequestsPerSecond, new Target(0.85, AtLeast: true)),
            Row("server CPU a request", "us", load => load.CpuMicroseconds, null),
        ];

        Row Row(string name, string unit, Func<LoadResult, double> of, Target? target) => new(
            "webhook POST, 700 bytes", "32 connections", name, "minimal API", unit, Figure.Of(results.Select(of)),
            Figure.Of(theirs.Select(of)), Figure.Of(results.Zip(theirs, (mine, peer) => of(mine) / of(peer))), target)
        {
            ThrownAway = thrownAway,
            Noisy = noisy,
        };
    }
}
