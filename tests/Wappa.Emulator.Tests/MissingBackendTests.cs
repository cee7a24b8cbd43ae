namespace Wappa.Emulator.Tests;

/// <summary>Here the packages of the backends are not part of the app.</summary>
public class MissingBackendTests
{
    [Theory]
    [InlineData("Redis", "Wappa.Caching.Redis")]
    [InlineData("json", "Wappa.Caching.Json")]
    public void ConfiguredCache_WhosePackageIsNotHere_SaysWhatIsMissing(string cache, string missing) =>
        Should.Throw<InvalidOperationException>(() => new WappaBuilder(["--cache", cache]).WithConfiguredCache())
            .Message.ShouldContain(missing);
}
