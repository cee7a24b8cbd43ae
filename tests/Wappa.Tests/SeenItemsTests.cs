using Wappa.Inbox;
using Wappa.Testing;

namespace Wappa.Tests;

public class SeenItemsTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public void TryAdd_RandomItemsOverTime_AgreesWithAPlainModel()
    {
        var random = new Random(7);
        var clock = new ManualTimeProvider();
        var seen = new SeenItems(2000, Window, clock);
        var model = new Dictionary<int, long>();
        var now = 0L;

        for (var i = 0; i < 50_000; i++)
        {
            if (random.Next(50) == 0)
            {
                now++;
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            var id = random.Next(400);
            var known = model.TryGetValue(id, out var since) && now <= since + Window.TotalSeconds;
            seen.Contains(Key(id)).ShouldBe(known);
            seen.TryAdd(Key(id)).ShouldBe(!known);
            if (!known) model[id] = now;
        }

        seen.Count.ShouldBeLessThanOrEqualTo(400);
    }

    [Fact]
    public void TryAdd_BeyondTheCapacity_ForgetsTheOldest()
    {
        var seen = new SeenItems(1000, Window, new ManualTimeProvider());

        for (var i = 0; i < 2500; i++) seen.TryAdd(Key(i)).ShouldBeTrue();

        seen.Count.ShouldBe(1000);
        seen.Contains(Key(1499)).ShouldBeFalse();
        seen.Contains(Key(1500)).ShouldBeTrue();
        seen.Contains(Key(2499)).ShouldBeTrue();
    }

    [Fact]
    public void Fingerprint_OfPartsWithOtherBorders_Differs()
    {
        var prints = new[]
        {
            new FingerprintBuilder().Add("ab").Add("c").ToFingerprint(),
            new FingerprintBuilder().Add("a").Add("bc").ToFingerprint(),
            new FingerprintBuilder().Add("abc").ToFingerprint(),
            new FingerprintBuilder().Add("abc").Add("").ToFingerprint(),
            new FingerprintBuilder().Add("abc\0").ToFingerprint(),
            new FingerprintBuilder().Add("").Add("abc").ToFingerprint(),
        };

        prints.Distinct().Count().ShouldBe(prints.Length);
        prints.ShouldNotContain(default(Fingerprint));
    }

    [Fact]
    public void Fingerprint_OfManySimilarIds_NeverMeetsInEitherHalf()
    {
        var low = new HashSet<ulong>();
        var high = new HashSet<ulong>();

        for (var i = 0; i < 200_000; i++)
        {
            low.Add(Key(i).Low);
            high.Add(Key(i).High >> 1);
        }

        low.Count.ShouldBe(200_000);
        high.Count.ShouldBe(200_000);
    }

    private static Fingerprint Key(int id) =>
        new FingerprintBuilder().Add("message").Add("tenant").Add($"wamid.{id}").ToFingerprint();
}
