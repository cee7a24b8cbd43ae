using System.Reflection;

namespace Wappa.Testing.Tests;

/// <summary>Whoever tests a store does not load the bot, the emulator or the test server that come in the same package.</summary>
public class SuiteTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Suites_AndWhatTheyAreMadeOf_NameNothingOfTheBot()
    {
        var package = typeof(WappaTest).Assembly;
        var reached = new HashSet<Type>();
        var ahead = new Queue<Type>(package.GetTypes().Where(type => type.Name.EndsWith("Conformance", StringComparison.Ordinal)));
        ahead.Count.ShouldBeGreaterThan(20);
        while (ahead.TryDequeue(out var type))
        {
            if (type.Assembly != package || !reached.Add(type)) continue;
            foreach (var named in NamedBy(type))
            {
                var home = named.Assembly.GetName().Name!;
                (home is "Wappa" or "Wappa.Emulator" || home.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))
                    .ShouldBeFalse($"{type} names {named}");
                ahead.Enqueue(named);
            }
        }
    }

    private static IEnumerable<Type> NamedBy(Type type)
    {
        var types = new List<Type>(type.GetInterfaces());
        if (type.BaseType is { } parent) types.Add(parent);
        types.AddRange(type.GetNestedTypes(Everything));
        types.AddRange(type.GetFields(Everything).Select(field => field.FieldType));
        foreach (var method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)))
        {
            types.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            if (method is MethodInfo { ReturnType: { } result }) types.Add(result);
            types.AddRange(method.GetMethodBody()?.LocalVariables.Select(variable => variable.LocalType) ?? []);
        }

        return types.SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : type.GetGenericArguments().Where(argument => !argument.IsGenericParameter).SelectMany(Parts)
            .Append(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
}
