using Microsoft.Extensions.Options;
using Wappa.Caching.Memory;

namespace Wappa.Caching;

/// <summary>Options that cannot work stop the app at its start, naming the option.</summary>
internal sealed class CachingOptionsValidator : IValidateOptions<CachingOptions>
{
    public ValidateOptionsResult Validate(string? name, CachingOptions options) => OptionsCheck.Run(options.ThrowIfInvalid);
}

/// <inheritdoc cref="CachingOptionsValidator"/>
internal sealed class MemoryStoreOptionsValidator : IValidateOptions<MemoryStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, MemoryStoreOptions options) => OptionsCheck.Run(options.ThrowIfInvalid);
}

/// <summary>One rule book for options made by hand and by configuration: the exception's text becomes the failure.</summary>
internal static class OptionsCheck
{
    internal static ValidateOptionsResult Run(Action throwIfInvalid)
    {
        try
        {
            throwIfInvalid();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException error)
        {
            return ValidateOptionsResult.Fail(error.Message);
        }
    }
}
