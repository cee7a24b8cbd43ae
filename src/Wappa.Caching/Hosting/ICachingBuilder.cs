using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Caching;

/// <summary>What a backend package extends: <c>services.AddWappaCaching(c =&gt; c.UseMemory())</c> and the bot's builder both
/// are one, so a backend never has to know the bot.</summary>
public interface ICachingBuilder
{
    /// <summary>The app's services.</summary>
    IServiceCollection Services { get; }
}
