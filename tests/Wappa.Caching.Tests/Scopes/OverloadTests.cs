using System.Reflection;

namespace Wappa.Caching.Tests.Scopes;

/// <summary>No list of positional arguments fits two overloads of a cache's method, so a call can mean one thing
/// only.</summary>
public sealed class OverloadTests
{
    private static readonly Type[] Caches =
        [typeof(IStateCache), typeof(IUserCache), typeof(ITableCache), typeof(IRecordCache<string>),
            typeof(IRecordCache<TableKey>)];

    private interface IAmbiguous
    {
        void A(string key, string field, TimeSpan? ttl = null);

        void A(string table, string id, CancellationToken cancellationToken = default);

        void A<T>(string key, T value);

        void A(TableKey key, TimeSpan ttl);
    }

    public static TheoryData<Type> Interfaces => [.. Caches];

    [Theory, MemberData(nameof(Interfaces))]
    public void Overloads_OfEachMethod_TakeDifferentPositionalArguments(Type cache)
    {
        var clashes =
            from overloads in Methods(cache).GroupBy(method => method.Name)
            from one in overloads
            from other in overloads
            where one != other && Clash(one, other)
            select $"{one} / {other}";

        clashes.ShouldBeEmpty();
    }

    [Fact]
    public void Check_ItselfSeesAClash()
    {
        var methods = typeof(IAmbiguous).GetMethods();

        Clash(methods[0], methods[1]).ShouldBeTrue();
        Clash(methods[0], methods[2]).ShouldBeTrue();
        Clash(methods[2], methods[3]).ShouldBeFalse();
    }

    [Fact]
    public async Task PositionalStrings_MeanTableIdAndValue()
    {
        using var store = new MemoryDocumentStore();
        var table = CacheFactory.Over(store).ForTenant("t").Table;
        var ttl = TimeSpan.FromMinutes(1);

        await table.SetFieldAsync("stats", "status", "open", 5, ttl);

        (await table.GetFieldAsync<int>(TableKey.Row("stats", "status"), "open")).ShouldBe(5);
        (await Should.ThrowAsync<CacheSerializationException>(async () =>
            await table.SetAsync("stats", "status", "open", ttl)))
            .Message.ShouldContain("String"); // a row named status with the value "open", which is no record
    }

    // Every number of arguments both would take: one position must tell them apart.
    private static bool Clash(MethodInfo one, MethodInfo other)
    {
        var (a, b) = (one.GetParameters(), other.GetParameters());
        for (var count = Math.Max(Required(a), Required(b)); count <= Math.Min(a.Length, b.Length); count++)
        {
            if (Enumerable.Range(0, count).All(i => MayTakeTheSame(a[i].ParameterType, b[i].ParameterType)) &&
                !ToldByTypeArguments(one, other, count))
                return true;
        }

        return false;
    }

    // Numbers of different types are told apart by the argument's own type; text, keys and spans of time never convert.
    private static bool MayTakeTheSame(Type one, Type other) =>
        one == other || one.IsGenericParameter || other.IsGenericParameter || HasConversion(one, other) ||
            HasConversion(other, one);

    private static bool HasConversion(Type from, Type to) =>
        !from.IsPrimitive && from != typeof(decimal) &&
        (to.IsAssignableFrom(from) || from.GetMethods().Concat(to.GetMethods()).Any(method =>
            method.Name == "op_Implicit" && method.ReturnType == to &&
                method.GetParameters()[0].ParameterType == from));

    // GetAsync(key) and GetAsync<T>(key): T cannot be inferred, so it is written or the call means the first.
    private static bool ToldByTypeArguments(MethodInfo one, MethodInfo other, int count) =>
        one.IsGenericMethod != other.IsGenericMethod && !IsInferred(one.IsGenericMethod ? one : other, count);

    private static bool IsInferred(MethodInfo method, int count) => method.GetGenericArguments().All(argument =>
        method.GetParameters().Take(count).Any(parameter => Mentions(parameter.ParameterType, argument)));

    private static bool Mentions(Type type, Type argument) =>
        type == argument || type.GetGenericArguments().Any(inner => Mentions(inner, argument));

    private static int Required(ParameterInfo[] parameters) => parameters.Count(parameter => !parameter.IsOptional);

    private static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetInterfaces().Append(type).SelectMany(each => each.GetMethods()).Where(method => !method.IsSpecialName);
}
