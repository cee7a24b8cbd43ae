using System.Globalization;
using Wappa.Benchmarks.Harness;
using Wappa.Benchmarks.Report;

namespace Wappa.Benchmarks.Http;

/// <summary>A stored response of 2 KB beside an endpoint that writes the same bytes, 304 beside that, and the stock output cache; then a
/// thousand clients and one cold key.</summary>
internal static class HttpArea
{
    private const int WarmUps = 2;
    private const int ColdClients = 1000;
    private const string Under = "2 KB, 32 connections";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(RunSettings settings)
    {
        using var server = await HttpServerProcess.StartAsync();
        var tag = await TagAsync(server);
        var rounds = new List<Round>();
        var (thrownAway, noisy) = (0, false);
        for (var round = -WarmUps; round < settings.WebhookRounds;)
        {
            var requests = settings.WebhookRequests;
            var measured = new Round(
                await server.LoadAsync(requests, HttpServer.Constant), await server.LoadAsync(requests, HttpServer.Cached),
                await server.LoadAsync(requests, HttpServer.Cached, 304, tag), await server.LoadAsync(requests, HttpServer.Stock));
            if (round++ < 0) continue;
            if (measured.IsDisturbed && thrownAway < settings.WebhookRounds / 2)
            {
                thrownAway++;
                round--;
                continue;
            }

            noisy |= measured.IsDisturbed;
            rounds.Add(measured);
        }

        return
        [
            .. Rows("hit", "constant bytes", round => round.Hit, round => round.Constant, new Target(0.95, AtLeast: true)),
            .. Rows("304", "hit", round => round.NotModified, round => round.Hit, new Target(1.1, AtLeast: true)),
            .. Rows("stock output cache", "constant bytes", round => round.Stock, round => round.Constant, null),
            await ColdAsync(server),
        ];

        IEnumerable<Row> Rows(string name, string peer, Func<Round, HttpResult> mine, Func<Round, HttpResult> theirs, Target? target) =>
        [
            Row($"{name}, requests a second", peer, "req/s", mine, theirs, load => load.RequestsPerSecond, target),
            Row($"{name}, server CPU a request", peer, "us", mine, theirs, load => load.CpuMicroseconds, null),
        ];

        Row Row(
            string name, string peer, string unit, Func<Round, HttpResult> mine, Func<Round, HttpResult> theirs,
            Func<HttpResult, double> of, Target? target) => new(
            "http GET", Under, name, peer, unit, Figure.Of(rounds.Select(mine).Select(of)), Figure.Of(rounds.Select(theirs).Select(of)),
            Figure.Of(rounds.Select(round => of(mine(round)) / of(theirs(round)))), target)
        {
            ThrownAway = thrownAway,
            Noisy = noisy,
        };
    }

    private static async Task<string> TagAsync(HttpServerProcess server)
    {
        using var client = NewClient(server);
        using var answer = await client.GetAsync(new Uri(HttpServer.Cached, UriKind.Relative));
        return answer.Headers.ETag!.Tag.Trim('"');
    }

    private static async Task<Row> ColdAsync(HttpServerProcess server)
    {
        using var client = NewClient(server);
        var path = new Uri($"{HttpServer.Cold}/{Guid.NewGuid():N}", UriKind.Relative);
        var before = await server.RunsAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, ColdClients).Select(_ => client.GetByteArrayAsync(path)));
        if (answers.Any(answer => answer.Length != answers[0].Length)) throw new InvalidOperationException("The answers differ.");
        var runs = Figure.Exactly(await server.RunsAsync() - before);
        return new Row(
            "http GET", string.Create(CultureInfo.InvariantCulture, $"{ColdClients} clients, one cold key"),
            "runs of the endpoint", "one client", "runs", runs, Figure.Exactly(1), runs, new Target(1));
    }

    private static HttpClient NewClient(HttpServerProcess server) => new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"),
    };

    private sealed record Round(HttpResult Constant, HttpResult Hit, HttpResult NotModified, HttpResult Stock)
    {
        public bool IsDisturbed => Constant.IsDisturbed || Hit.IsDisturbed || NotModified.IsDisturbed || Stock.IsDisturbed;
    }
}
