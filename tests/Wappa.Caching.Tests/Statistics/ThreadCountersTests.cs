using Wappa.Caching.Statistics;

namespace Wappa.Caching.Tests.Statistics;

public class ThreadCountersTests
{
    [Fact]
    public void Add_FromMoreThreadsThanCells_LosesNothing()
    {
        const int Threads = 100;
        const int Times = 20_000;
        var counters = new ThreadCounters();
        using var gate = new Barrier(Threads);
        Together(Threads, () =>
        {
            gate.SignalAndWait();
            for (var i = 0; i < Times; i++) counters.Add(i & 1);
        });
        counters.Total(0).ShouldBe(Threads * Times / 2);
        counters.Total(1).ShouldBe(Threads * Times / 2);
        counters.Total(2).ShouldBe(0);
    }

    [Fact]
    public void Add_FromThreadsOneAfterTheOther_LosesNothing()
    {
        var counters = new ThreadCounters();
        for (var i = 0; i < 200; i++) Together(1, () => counters.Add(3));
        counters.Total(3).ShouldBe(200);
    }

    [Fact]
    public void Add_ManyAtOnce_IsCountedBesideTheOthers()
    {
        var counters = new ThreadCounters();
        counters.Add(7, 5);
        counters.Add(7);
        counters.Add(7, 0);
        counters.Total(7).ShouldBe(6);
    }

    private static void Together(int threads, Action work)
    {
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => work()))];
        foreach (var thread in all) thread.Start();
        foreach (var thread in all) thread.Join();
    }
}
