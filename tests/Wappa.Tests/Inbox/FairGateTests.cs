using Wappa.Inbox;

namespace Wappa.Tests.Inbox;

public class FairGateTests
{
    [Fact]
    public async Task Enter_ManyOfOneTenant_DelaysAnotherTenantByOnePlace()
    {
        var gate = new FairGate(1);
        await gate.EnterAsync("busy", default);
        var order = new List<string>();
        var waiting = Enumerable.Range(0, 6).Select(i => WaitAsync(i < 5 ? "busy" : "quiet")).ToArray();

        gate.Exit();
        await Task.WhenAll(waiting);

        order.ShouldBe(["busy", "quiet", "busy", "busy", "busy", "busy"]);
        gate.Inside.ShouldBe(0);

        async Task WaitAsync(string tenant)
        {
            await gate.EnterAsync(tenant, default);
            order.Add(tenant); // one at a time is inside
            gate.Exit();
        }
    }

    [Fact]
    public async Task Enter_NeverMoreThanTheLimit_AreInside()
    {
        var gate = new FairGate(3);
        var (inside, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            await gate.EnterAsync($"t{i % 7}", default);
            InterlockedMax(ref most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            gate.Exit();
        })));

        most.ShouldBeInRange(1, 3);
        gate.Inside.ShouldBe(0);
    }

    [Fact]
    public async Task Enter_Cancelled_LeavesThePlaceToOthers()
    {
        var gate = new FairGate(1);
        using var stop = new CancellationTokenSource();
        await gate.EnterAsync("a", default);
        var cancelled = gate.EnterAsync("a", stop.Token).AsTask();
        var patient = gate.EnterAsync("b", default).AsTask();

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        gate.Exit();
        await patient;
        gate.Exit();

        gate.Inside.ShouldBe(0);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
