using FsCheck;

namespace Wappa.Caching.Tests;

/// <summary>How generated tests run: a failure throws with the seed to replay and the smallest case, success says
/// nothing.</summary>
internal static class PropertyChecks
{
    private static readonly Config Quiet = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    internal static void Check(this Property property, int times = 100) => property.Check(Quiet.WithMaxTest(times));
}
