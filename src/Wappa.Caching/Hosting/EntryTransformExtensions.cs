using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Caching.Hosting;

namespace Wappa;

/// <summary>Compressing and encrypting entries, on whichever backend the app has.</summary>
public static class EntryTransformExtensions
{
    /// <summary>Compresses the values of entries from a size on. Records are not touched.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">With what and from which size on. Default: Brotli from 2,048 bytes on.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder CompressEntries<TBuilder>(this TBuilder builder, Action<EntryCompressionOptions>? configure = null)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCheckedOptions<EntryCompressionOptions>((options, _) => options.ThrowIfInvalid());
        if (configure is not null) builder.Services.Configure(configure);
        TransformsOf(builder.Services).Compress = true;
        return builder;
    }

    /// <summary>Encrypts the values of entries where they are stored: AES-256-GCM, with the entry's key authenticated, so that a value
    /// cannot be moved to another key. Keys, tags and times are not encrypted, and records are not touched.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Adds the keys: <c>o =&gt; o.Keys.Add("2026-01", base64)</c>.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder EncryptEntries<TBuilder>(this TBuilder builder, Action<EntryEncryptionOptions> configure)
        where TBuilder : ICachingBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddCheckedOptions<EntryEncryptionOptions>((options, _) => options.ThrowIfInvalid());
        builder.Services.Configure(configure);
        TransformsOf(builder.Services).Encrypt = true;
        return builder;
    }

    private static EntryTransforms TransformsOf(IServiceCollection services)
    {
        foreach (var service in services)
        {
            if (service is { IsKeyedService: false, ImplementationInstance: EntryTransforms known }) return known;
        }

        var transforms = new EntryTransforms();
        services.AddSingleton(transforms);
        return transforms;
    }
}
