using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>The sample courses of other languages: images of their own, built and imported for who asks, and used by a student in the terminal.</summary>
[Collection("platforms")]
public sealed class PlatformTests(LocalClassroom classroom)
{
    private const string Student = "student01";

    [Fact]
    public async Task A_student_of_C_plus_plus_compiles_tests_and_runs_in_parallel()
    {
        var course = new OwnCourse("intro-cpp");
        await ForCourseAsync(course, "cpp", "localhost/mesonet/cpp:1", async notebook =>
        {
            var (built, shown) = await notebook.TypeAsync("cd ~/intro-cpp && cmake -S . -B build -G Ninja && cmake --build build && OMP_NUM_THREADS=3 ./build/bonjour");
            Assert.True(built == 0, shown);
            Assert.Contains("Bonjour du fil 0 sur 3\r\nBonjour du fil 1 sur 3\r\nBonjour du fil 2 sur 3\r\n", shown, StringComparison.Ordinal);

            // The exercise is still to be done, and its test says what is missing.
            var (unsolved, complaint) = await notebook.TypeAsync("ctest --test-dir ~/intro-cpp/build --output-on-failure");
            Assert.NotEqual(0, unsolved);
            Assert.Contains("values: CHECK( -1 == Approx( 2 ) )", complaint, StringComparison.Ordinal);

            var source = await notebook.ReadFileAsync("intro-cpp/src/statistiques.cpp");
            await notebook.WriteFileAsync("intro-cpp/src/statistiques.cpp", source.Replace(
                "  (void)valeurs;\n  return -1;\n",
                """
                  if (valeurs.empty()) return 0;
                  const double milieu = moyenne(valeurs);
                  double somme = 0;
                  #pragma omp parallel for reduction(+ : somme)
                  for (std::size_t i = 0; i < valeurs.size(); ++i) somme += (valeurs[i] - milieu) * (valeurs[i] - milieu);
                  return std::sqrt(somme / static_cast<double>(valeurs.size()));

                """, StringComparison.Ordinal));
            var (solved, passed) = await notebook.TypeAsync("cd ~/intro-cpp && cmake --build build && ctest --test-dir build");
            Assert.True(solved == 0, passed);
            // In a terminal ctest writes in colours: what follows is another one.
            Assert.Contains("100% tests passed", passed, StringComparison.Ordinal);

            var (ran, ring) = await notebook.TypeAsync("mpirun --oversubscribe -n 4 ~/intro-cpp/build/anneau");
            Assert.True(ran == 0, ring);
            Assert.Contains("Le jeton est revenu : 6", ring, StringComparison.Ordinal);

            // The other compiler, the debugger and the language server are there.
            var (tools, versions) = await notebook.TypeAsync("cd ~/intro-cpp && clang++ -std=c++20 -fopenmp src/bonjour.cpp -o clang-bonjour && ./clang-bonjour && gdb --version && clangd --version");
            Assert.True(tools == 0, versions);
        });
    }

    [Fact]
    public async Task A_student_of_Java_compiles_tests_and_packages_without_a_network()
    {
        var course = new OwnCourse("intro-java");
        await ForCourseAsync(course, "java", "localhost/mesonet/java:21", async notebook =>
        {
            var (compiled, shown) = await notebook.TypeAsync("cd ~/intro-java && mvn -q -B compile && java -cp target/classes fr.mesonet.intro.Bonjour 'Le chat, le chien'");
            Assert.True(compiled == 0, shown);
            Assert.Contains("Bonjour de Java 21\r\n[le, chat, le, chien]", shown, StringComparison.Ordinal);

            var (unsolved, complaint) = await notebook.TypeAsync("cd ~/intro-java && mvn -B test");
            Assert.NotEqual(0, unsolved);
            Assert.Contains("Tests run: 3, Failures: 2", complaint, StringComparison.Ordinal);

            const string path = "intro-java/src/main/java/fr/mesonet/intro/Mots.java";
            await notebook.WriteFileAsync(path, (await notebook.ReadFileAsync(path)).Replace(
                "return Map.of();",
                "return de(texte).stream().collect(java.util.stream.Collectors.groupingBy(mot -> mot, java.util.TreeMap::new, java.util.stream.Collectors.counting()));",
                StringComparison.Ordinal));
            var (solved, passed) = await notebook.TypeAsync("cd ~/intro-java && mvn -B package && java -cp target/intro-java-1.0.jar fr.mesonet.intro.Bonjour");
            Assert.True(solved == 0, passed);
            Assert.Contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0", passed, StringComparison.Ordinal);
            Assert.Contains("Bonjour de Java 21", passed, StringComparison.Ordinal);

            // printf's own output has no such line: jshell has read it.
            var (tried, answer) = await notebook.TypeAsync("printf 'System.out.println(6 * 7)\\n/exit\\n' | jshell -s -");
            Assert.True(tried == 0, answer);
            Assert.Contains("\n42\r", answer, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_platform_that_nobody_has_is_told_with_those_that_there_are()
    {
        await classroom.UntilAnswersAsync(Student);
        var course = new OwnCourse("intro-cobol");
        try
        {
            await LocalClassroom.ApplyAsync("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: course-intro-cobol}
                ---
                apiVersion: mesonet.fr/v1alpha1
                kind: CourseTemplate
                metadata: {name: intro-cobol}
                spec:
                  title: COBOL
                  platform: cobol
                  resources: {lesson: {cpu: 100m, memory: 1Gi}}
                ---
                apiVersion: mesonet.fr/v1alpha1
                kind: ClassroomEnvironment
                metadata: {name: intro-cobol, namespace: course-intro-cobol}
                spec:
                  template: {name: intro-cobol}
                  teachers: [{login: teacher1}]
                  students: [{login: student01}]
                  timeZone: Europe/Paris
                """);
            var told = await course.UntilAsync(found => OwnCourse.Condition(found, "Ready")?.Reason == "PlatformNotFound");
            Assert.Contains("There are the platforms cpp, java, pytorch, tensorflow.", OwnCourse.Condition(told, "Ready")!.Message, StringComparison.Ordinal);
        }
        finally
        {
            await course.DeleteAsync();
            await LocalClassroom.KubectlAsync("delete", "ct", "intro-cobol");
        }
    }

    private async Task ForCourseAsync(OwnCourse course, string platform, string image, Func<StudentNotebook, Task> work)
    {
        await classroom.UntilAnswersAsync(Student);
        try
        {
            var up = await LocalClassroom.MesonetAsync("up", "--platform", platform);
            Assert.Contains($"\nintro-{platform}\n  {Student}", up, StringComparison.Ordinal);
            var ready = await course.UntilAsync(found => OwnCourse.Condition(found, "Ready")?.Status == "True");
            Assert.Equal(image, ready.Status!.Image);
            await work(await classroom.SeatAsync(Student, $"intro-{platform}"));
        }
        finally
        {
            await course.DeleteAsync();
            await LocalClassroom.KubectlAsync("delete", "ct", $"intro-{platform}");
        }
    }
}
