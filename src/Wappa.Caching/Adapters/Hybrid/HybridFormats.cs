using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.Loading;

namespace Wappa.Caching.Adapters.Hybrid;

/// <summary>Which serializer a type has, as HybridCache's users register them: an <see cref="IHybridCacheSerializer{T}"/> of the type, else
/// the last registered factory that has one, else <see cref="JsonSerializerOptions"/> keyed by
/// <c>typeof(IHybridCacheSerializer&lt;T&gt;)</c> or by the open type, else bytes as they are, else the app's
/// <see cref="CacheSerializer"/>.</summary>
/// <remarks>Takes the container, as which types there will be is not known before they are asked for.</remarks>
internal sealed class HybridFormats(IServiceProvider services)
{
    /// <returns>Null: the app's serializer.</returns>
    internal IValueFormat<T>? Of<T>()
    {
        if (services.GetService<IHybridCacheSerializer<T>>() is { } own) return new SerializerFormat<T>(own);
        foreach (var factory in services.GetServices<IHybridCacheSerializerFactory>().Reverse())
        {
            if (factory.TryCreateSerializer<T>(out var made)) return new SerializerFormat<T>(made);
        }

        var options = services.GetKeyedService<JsonSerializerOptions>(typeof(IHybridCacheSerializer<T>)) ??
            services.GetKeyedService<JsonSerializerOptions>(typeof(IHybridCacheSerializer<>));
        if (options is not null) return new JsonFormat<T>(options);
        return typeof(T) == typeof(byte[]) ? (IValueFormat<T>)(object)new SerializerFormat<byte[]>(new BytesSerializer()) : null;
    }

    private static bool IsFromSerializer(Exception error) =>
        error is not (OperationCanceledException or OutOfMemoryException or CacheSerializationException);

    /// <summary>A serializer of the app's. Null is written here, as not every serializer has a form for it: the first byte is 0 for null
    /// and 1 before anything else.</summary>
    private sealed class SerializerFormat<T>(IHybridCacheSerializer<T> serializer) : IValueFormat<T>
    {
        private const byte Null = 0;
        private const byte Present = 1;

        public byte[] Encode(T value)
        {
            if (value is null) return [Null];
            var target = new ArrayBufferWriter<byte>();
            target.Write([Present]);
            try
            {
                serializer.Serialize(value, target);
            }
            catch (Exception error) when (IsFromSerializer(error))
            {
                throw new CacheSerializationException(
                    $"The serializer of {typeof(T).Name} refused a value: {error.GetType().Name}.", error);
            }

            return target.WrittenSpan.ToArray();
        }

        public T? Decode(ReadOnlyMemory<byte> bytes)
        {
            if (bytes.Span is [Null]) return default;
            if (bytes.Span is not [Present, ..])
                throw new CacheSerializationException($"What is stored was not written by the serializer of {typeof(T).Name}.");
            try
            {
                return serializer.Deserialize(new ReadOnlySequence<byte>(bytes[1..]));
            }
            catch (Exception error) when (IsFromSerializer(error))
            {
                throw new CacheSerializationException(
                    $"The serializer of {typeof(T).Name} refused what is stored: {error.GetType().Name}.", error);
            }
        }
    }

    /// <summary>JSON by options of the app's.</summary>
    private sealed class JsonFormat<T>(JsonSerializerOptions options) : IValueFormat<T>
    {
        public byte[] Encode(T value)
        {
            try
            {
                if (!typeof(T).IsValueType && value is not null && value.GetType() != typeof(T))
                    DerivedValues.ThrowIfSliced(typeof(T), value.GetType(), options);
                return JsonSerializer.SerializeToUtf8Bytes(value, options);
            }
            catch (Exception error) when (IsFromSerializer(error))
            {
                throw new CacheSerializationException($"{typeof(T).Name} does not become JSON: {error.GetType().Name}.", error);
            }
        }

        public T? Decode(ReadOnlyMemory<byte> bytes)
        {
            try
            {
                return JsonSerializer.Deserialize<T>(bytes.Span, options);
            }
            catch (Exception error) when (IsFromSerializer(error))
            {
                throw new CacheSerializationException($"What is stored does not fit {typeof(T).Name}: {error.GetType().Name}.", error);
            }
        }
    }

    private sealed class BytesSerializer : IHybridCacheSerializer<byte[]>
    {
        public byte[] Deserialize(ReadOnlySequence<byte> source) => source.ToArray();

        public void Serialize(byte[] value, IBufferWriter<byte> target) => target.Write(value);
    }
}
